# bash completion for git gatekeeper; git's own completion calls it.
# Written by scripts/completions.py. Do not edit.

_git_gatekeeper ()
{
	local subcommands="init run run-all test judge signoff list-scenarios build-context plan-clarification approve-scenario-proposal generate-patch apply undo log show report status attest verify config trust install uninstall hook pre-commit-gate mcp agent-hook doctor clean ci plan ask schema notify help"
	local subcommand="$(__git_find_on_cmdline "$subcommands")"
	if [ -z "$subcommand" ]; then
		__gitcomp "$subcommands --help --version"
		return
	fi
	case "$cur" in
	--agent=*)
		__gitcomp "claude codex" "" "${cur#--agent=}"
		return ;;
	--as=*)
		__gitcomp "auto file config" "" "${cur#--as=}"
		return ;;
	--backend=*)
		__gitcomp "anthropic chat claude codex command openai_responses_api revert" "" "${cur#--backend=}"
		return ;;
	--ci=*)
		__gitcomp "github gitlab jenkins buildbot none" "" "${cur#--ci=}"
		return ;;
	--comment=*)
		__gitcomp "gh glab" "" "${cur#--comment=}"
		return ;;
	--engine=*)
		__gitcomp "github gitlab jenkins buildbot none" "" "${cur#--engine=}"
		return ;;
	--format=*)
		__gitcomp "text json" "" "${cur#--format=}"
		return ;;
	--on-fix=*)
		__gitcomp "artifact push comment" "" "${cur#--on-fix=}"
		return ;;
	--porcelain=*)
		__gitcomp "v1" "" "${cur#--porcelain=}"
		return ;;
	--sandbox=*)
		__gitcomp "required preferred off" "" "${cur#--sandbox=}"
		return ;;
	--base=*)
		__git_complete_refs --cur="${cur#--base=}"
		return ;;
	--head=*)
		__git_complete_refs --cur="${cur#--head=}"
		return ;;
	esac
	case "$prev" in
	--agent)
		__gitcomp "claude codex"
		return ;;
	--as)
		__gitcomp "auto file config"
		return ;;
	--backend)
		__gitcomp "anthropic chat claude codex command openai_responses_api revert"
		return ;;
	--ci)
		__gitcomp "github gitlab jenkins buildbot none"
		return ;;
	--comment)
		__gitcomp "gh glab"
		return ;;
	--engine)
		__gitcomp "github gitlab jenkins buildbot none"
		return ;;
	--format)
		__gitcomp "text json"
		return ;;
	--on-fix)
		__gitcomp "artifact push comment"
		return ;;
	--porcelain)
		__gitcomp "v1"
		return ;;
	--sandbox)
		__gitcomp "required preferred off"
		return ;;
	--base)
		__git_complete_refs
		return ;;
	--head)
		__git_complete_refs
		return ;;
	esac
	case "$subcommand,$cur" in
	init,--*)
		__gitcomp "--test-command= --format= --quiet --version --help"
		;;
	run,--*)
		__gitcomp "--base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --backend= --council= --backend-command= --model= --max-retries= --clarification-policy= --clarifier-option-source= --dry-run --commit --output= --attest --no-attest --events= --porcelain= -z --problems --format= --quiet --signoff --push --version --help"
		;;
	run-all,--*)
		__gitcomp "--base= --include-non-gating --sandbox= --jobs= --backend= --council= --backend-command= --model= --max-retries= --clarification-policy= --clarifier-option-source= --dry-run --commit --output= --attest --no-attest --events= --format= --quiet --version --help"
		;;
	test,--*)
		__gitcomp "--base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --attest --no-attest --events= --porcelain= -z --problems --format= --quiet --output= --version --help"
		;;
	judge,--*)
		__gitcomp "--apply --reviewed --commit --base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --attest --no-attest --events= --porcelain= -z --problems --format= --quiet --output= --version --help"
		;;
	signoff,--*)
		__gitcomp "--base= --head= --staged --reviewer= --fixer= --as --verdict= --approve-tests= --forget-findings= --iterations= --depth= --scope-matrix= --scope-evidence= --print-scope --sandbox= --jobs= --fresh --comment= --dry-run --ci-job= --ci-report= --ci= --output= --attest --no-attest --events= --format= --quiet --version --help"
		;;
	list-scenarios,--*)
		__gitcomp "--verbose --records --base= --format= --quiet --version --help"
		;;
	build-context,--*)
		__gitcomp "--show --tokens= --base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --events= --format= --quiet --version --help"
		;;
	plan-clarification,--*)
		__gitcomp "--base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --backend= --council= --backend-command= --model= --max-retries= --clarification-policy= --clarifier-option-source= --events= --format= --quiet --output= --version --help"
		;;
	approve-scenario-proposal,--*)
		__gitcomp "--scenario= --proposal-file= --force --format= --quiet --version --help"
		;;
	generate-patch,--*)
		__gitcomp "--base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --backend= --council= --backend-command= --model= --max-retries= --clarification-policy= --clarifier-option-source= --events= --format= --quiet --version --help"
		;;
	apply,--*)
		__gitcomp "--commit --reviewed --base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --events= --format= --quiet --version --help"
		;;
	undo,--*)
		__gitcomp "--format= --quiet --version --help"
		;;
	log,--*)
		__gitcomp "-n --porcelain= -z --format= --quiet --version --help"
		;;
	show,--*)
		__gitcomp "--verify --diff --attempt= --format= --quiet --version --help"
		;;
	report,--*)
		__gitcomp "-n --all --output= --open --format= --quiet --version --help"
		;;
	status,--*)
		__gitcomp "--stop --porcelain= -z --format= --quiet --version --help"
		;;
	attest,--*)
		__gitcomp "--key= --push= --format= --quiet --version --help"
		;;
	verify,--*)
		__gitcomp "--base= --fetch= --porcelain= -z --format= --quiet --version --help"
		;;
	config,--*)
		__gitcomp "--show-origin --list-keys --base= --format= --quiet --version --help"
		;;
	trust,--*)
		__gitcomp "--show --revoke --base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --format= --quiet --version --help"
		;;
	install,--*)
		__gitcomp "--as= --ci= --target= --fleet --format= --quiet --version --help"
		;;
	uninstall,--*)
		__gitcomp "--ci= --format= --quiet --version --help"
		;;
	hook,--*)
		__gitcomp "--from-git --from-pre-commit --events= --format= --quiet --version --help"
		;;
	pre-commit-gate,--*)
		__gitcomp "--max-retries= --events= --format= --quiet --version --help"
		;;
	mcp,--*)
		__gitcomp "--allow-apply --format= --quiet --version --help"
		;;
	agent-hook,--*)
		__gitcomp "--agent= --at-most= --format= --quiet --version --help"
		;;
	doctor,--*)
		__gitcomp "--offline --base= --head= --staged --scenario= --target= --test-command= --sandbox= --jobs= --fresh --backend= --council= --backend-command= --model= --max-retries= --format= --quiet --version --help"
		;;
	clean,--*)
		__gitcomp "--older-than= --all --format= --quiet --version --help"
		;;
	ci,--*)
		__gitcomp "--base= --head= --engine= --on-fix= --fix-folder= --candidate= --handover= --junit= --sarif= --codequality= --remote= --shard= --merge --shards= --trust-attestations --signoff --attest --no-attest --sandbox= --jobs= --fresh --backend= --council= --backend-command= --model= --max-retries= --events= --format= --quiet --output= --version --help"
		;;
	plan,--*)
		__gitcomp "--base= --head= --engine= --shards= --format= --version --help"
		;;
	ask,--*)
		__gitcomp "--output= --backend= --model= --endpoint= --key-variable= --format= --quiet --version --help"
		;;
	schema,--*)
		__gitcomp "--version --help"
		;;
	notify,--*)
		__gitcomp "--test --replay --format= --quiet --version --help"
		;;
	help,--*)
		__gitcomp "--version"
		;;
	judge,*)
		__git_complete_refs
		;;
	apply,*)
		__git_complete_refs
		;;
	help,*)
		__gitcomp "$subcommands"
		;;
	esac
}
