jb_unit(kv jibao_files)
