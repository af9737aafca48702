jb_unit(wire jibao_net)
