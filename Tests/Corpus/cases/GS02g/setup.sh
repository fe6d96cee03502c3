git config index.skipHash true
