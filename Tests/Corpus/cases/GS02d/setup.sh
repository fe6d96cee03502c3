git config remote.origin.promisor true
