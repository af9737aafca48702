jb_unit(feed jibao_gateway_core)
jb_unit(people jibao_gateway_core)
jb_unit(task jibao_gateway_core)
