git config core.repositoryformatversion 1
git config extensions.worktreeConfig true
