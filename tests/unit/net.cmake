jb_unit(wire jibao_net)
jb_unit(wire_submission jibao_net)
jb_unit(wire_catalog jibao_net)
