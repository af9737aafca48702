jb_unit(figures_file jibao_agent_core)
jb_unit(form_column jibao_agent_core)
jb_unit(figures_sdmx jibao_agent_core)
jb_unit(outbox jibao_agent_core)
jb_unit(sender jibao_agent_core)
target_link_options(test_sender PRIVATE -Wl,--wrap=jb_outbox_settle
  -Wl,--wrap=jb_outbox_begin)
jb_unit(dropbox jibao_agent_core)
jb_unit(agent_options jibao_agent_core)
