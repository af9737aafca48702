jb_unit(placeholder jibao_report)
jb_unit(phrase jibao_report)
jb_unit(template jibao_report)
jb_unit(docx_template jibao_report)
