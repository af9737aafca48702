jb_unit(buf jibao_base)
