jb_unit(catalog jibao_model)
target_compile_definitions(test_catalog PRIVATE JB_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
jb_unit(catalog_yaml jibao_model)
jb_unit(catalog_change jibao_model)
