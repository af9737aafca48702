jb_unit(kv jibao_files)
jb_unit(kv_failures jibao_files)
target_link_options(test_kv_failures PRIVATE -Wl,--wrap=mdb_txn_commit -Wl,--wrap=mdb_env_copy2
  -Wl,--wrap=jb_dir_free_bytes)
jb_unit(encoding jibao_files)
jb_unit(csv jibao_files)
jb_unit(help jibao_files)
jb_unit(print jibao_files)
