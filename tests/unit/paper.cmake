jb_unit(form_lines jibao_model)
jb_unit(table_sheet jibao_paper)
