#!/bin/bash
# Measures the tables of docs/results.md on a model: every number comes from the driver's commands on compiled modules.
#
#   scripts/results.sh MODEL CALIBRATION DATA OUT [--seeds "0 1 2"] [--count 32] [--limit N] [--compare-limit N]
#     [--tables "precisions plans folds"]
#
# MODEL is a checkpoint folder, CALIBRATION a folder of images, DATA a labelled one, OUT a folder that keeps everything. What is
# there already is not measured again, so an interrupted run can be continued. --limit evaluates the first N images;
# --compare-limit compares with fp32 on fewer, since that runs fp32 each time.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() { die "usage: scripts/results.sh MODEL CALIBRATION DATA OUT [--seeds \"0 1 2\"] [--count N] [--limit N] [--compare-limit N] [--tables \"...\"]"; }
(($# >= 4)) || usage
absolute() { (cd "$started_in" && realpath -m -- "$1"); }
model=$(absolute "$1") calibration=$(absolute "$2") data=$(absolute "$3") out=$(absolute "$4")
shift 4
threads=$(nproc) seeds="0 1 2" count=32 tables="precisions plans folds" limit=() compare_limit=()
while (($#)); do
  (($# >= 2)) || usage
  case $1 in
  --seeds) seeds=$2 ;;
  --count) count=$2 ;;
  --limit) limit=(--limit "$2") ;;
  --compare-limit) compare_limit=(--limit "$2") ;;
  --tables) tables=$2 ;;
  *) usage ;;
  esac
  shift 2
done
((${#compare_limit[@]})) || compare_limit=("${limit[@]}")
mkdir -p "$out"
PATH="$root/bazel-bin/tools:$PATH"
command -v mixq >/dev/null || die "no mixq: run scripts/build.sh first"

run() {
  printf '$ %s\n' "$*"
  "$@"
}

# measure NAME SEED FLAG...: compiles with these flags, and writes OUT/NAME.SEED.{mixq,plan.json,eval.json,compare.json}.
measure() {
  local name=$1 seed=$2 stem=$out/$1.$2
  shift 2
  [[ ! -e $stem.compare.json ]] || return 0
  run mixq compile "$model" -o "$stem.mixq" --calibration "$calibration" --calibration-count "$count" --seed "$seed" \
    --save-plan "$stem.plan.json" "$@"
  run mixq eval "$stem.mixq" --data "$data" --threads "$threads" --json "$stem.eval.json" "${limit[@]}"
  run mixq compare "$out/fp32.mixq" "$stem.mixq" --data "$data" --json "$stem.compare.json" \
    "${compare_limit[@]}"
}

# plan NAME SEED FLAG...: a plan from the seed's analysis with these flags, then measure.
plan() {
  local name=$1 seed=$2 analysis=$out/analysis.$2.json
  shift 2
  [[ ! -e $out/$name.$seed.compare.json ]] || return 0
  if [[ ! -e $analysis.done ]]; then
    run mixq analyze "$model" -o "$analysis" --calibration "$calibration" --calibration-count "$count" --seed "$seed" \
      --bits 2,3,4 $([[ ! -e $analysis ]] || echo --resume)
    touch "$analysis.done"
  fi
  run mixq plan "$analysis" -o "$out/$name.$seed.json" "$@"
  measure "$name" "$seed" --plan "$out/$name.$seed.json"
}

precisions() {
  for uniform in w8a8 w6a6 w4a4 w3a3 w4a8 w3a8 w2a8; do measure "$uniform" "$1" --precision "$uniform"; done
  # Sensitivities at 2 to 4 bits say too little about 5 to 8: this one measures its own.
  measure mp6 "$1" --precision mp6
  for like in mp4 mp3 mp4a8 mp3a8; do plan "$like" "$1" --like "$like"; done
  plan average2.5a8 "$1" --average-bits 2.5
}

# What relevance and sensitivity are worth, at the budgets of W4A4 and W3A3.
plans() {
  local like
  for like in mp4 mp3; do
    plan "$like-sensitivity" "$1" --like "$like"
    plan "$like-raw" "$1" --like "$like" --sensitivity raw --weight-bits 2,3,4 --activation-bits 2,3,4
    for variant in positive gradient; do
      plan "$like-$variant" "$1" --like "$like" --sensitivity none --relevance "$variant"
      for gamma in 0.25 0.5 1; do
        plan "$like-sensitivity-$variant-$gamma" "$1" --like "$like" --relevance "$variant" --gamma "$gamma"
      done
    done
  done
}

folds() {
  for fold in none plain power clipped search; do
    for precision in w4a4 w3a3; do measure "$precision-fold-$fold" "$1" --precision "$precision" --fold "$fold"; done
  done
}

if [[ ! -e $out/fp32.eval.json ]]; then
  run mixq compile "$model" -o "$out/fp32.mixq"
  run mixq eval "$out/fp32.mixq" --data "$data" --threads "$threads" --json "$out/fp32.eval.json" "${limit[@]}"
fi
for seed in $seeds; do
  for table in $tables; do
    case $table in
    precisions | plans | folds) "$table" "$seed" ;;
    *) die "--tables: '$table' is none of precisions, plans, folds" ;;
    esac
  done
done
/usr/bin/python3 scripts/results_table.py "$out" "$seeds" >"$out/tables.md"
cat "$out/tables.md"
