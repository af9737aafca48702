jb_unit(feed jibao_gateway_core)
