jb_unit(chart jibao_bureau_core)
jb_unit(answer_table jibao_bureau_core)
jb_unit(bureau_options jibao_bureau_core)
jb_unit(watch_stream jibao_bureau_core)
