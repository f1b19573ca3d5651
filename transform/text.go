package transform

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keep stores the models' texts below state under their digest, so that a run can be replayed when the program has moved on.
func (models Models) keep(state string) (digest string, err error) {
	texts := map[string]string{}
	for _, m := range models {
		texts[m.Name] = m.SQL
	}
	file, err := json.MarshalIndent(texts, "", " ")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(file)
	digest = hex.EncodeToString(sum[:])
	path := textsPath(state, digest)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return digest, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("keep the models: %w", err)
	}
	if err := writeFile(path, file); err != nil {
		return "", fmt.Errorf("keep the models: %w", err)
	}
	return digest, nil
}

func textsPath(state, digest string) string { return filepath.Join(state, "models", digest+".json") }

// kept are the texts of the models by name, as a run left them.
func kept(state, digest string) (map[string]string, error) {
	file, err := os.ReadFile(textsPath(state, digest))
	if err != nil {
		return nil, fmt.Errorf("read the models of the run: %w", err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(file, &texts); err != nil {
		return nil, fmt.Errorf("read the models of the run: %w", err)
	}
	return texts, nil
}
