# golden.sh FOLDER SCRIPTS MODEL: compiles MODEL into FOLDER and compares its logits with its golden tensors.
set -e
mkdir -p "$1"
mixq compile "$3" -o "$1/m.mixq"
python3 "$2/tensors.py" npy "$3/golden.safetensors" input "$1/input.npy"
mixq run "$1/m.mixq" --input "$1/input.npy" --output "$1/logits.npy"
python3 "$2/tensors.py" compare "$1/logits.npy" "$3/golden.safetensors" logits 1e-3
