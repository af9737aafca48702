jb_unit(figures_file jibao_agent_core)
jb_unit(outbox jibao_agent_core)
jb_unit(sender jibao_agent_core)
jb_unit(dropbox jibao_agent_core)
