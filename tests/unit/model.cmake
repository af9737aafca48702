jb_unit(decimal jibao_model)
jb_unit(period jibao_model)
jb_unit(figure jibao_model)
jb_unit(finding jibao_model)
