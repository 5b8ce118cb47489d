module peer

go 1.20

require github.com/BertoldVdb/go-ais v0.4.0
