# The units of the pure part know bytes and numbers only.
jb_unit(cell jibao_aggregator)
jb_unit(filing jibao_aggregator)
jb_unit(ledger jibao_aggregator)
jb_unit(change jibao_aggregator)
jb_unit(rollup jibao_aggregator)
jb_unit(store jibao_aggregator)
jb_unit(binding jibao_aggregator)
jb_unit(apply jibao_aggregator)
