"""One module per export format; the folder is the register (see `sharedsocial_utils.reading.door`)."""
