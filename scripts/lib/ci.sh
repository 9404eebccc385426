# shellcheck shell=bash
# What the scripts of a CI run share: outputs that later steps read, and the run's summary. On a
# developer's machine the outputs are printed and there is no summary. Sourced after say.sh.

# ci_output NAME VALUE: for later steps, as `steps.ID.outputs.NAME`.
ci_output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/stdout}"; }

# Puts standard input, which is Markdown, into the run's summary.
ci_summary() { cat >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }

# ci_shown HEADING COMMAND...: runs the command and shows its output, in the log and in the summary.
# The status is the command's.
ci_shown() {
  local heading=$1 status=0 output
  shift
  output=$(mktemp)
  "$@" 2>&1 | tee "$output" || status=$?
  # By its indentation Markdown takes the output for text, whatever is in it.
  { printf '### %s\n\n' "$heading"; sed 's/^/    /' "$output"; printf '\n'; } | ci_summary
  rm -f "$output"
  return "$status"
}
