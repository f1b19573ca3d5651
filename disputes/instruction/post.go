package instruction

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"arrears/ledger"
)

// settle is how long a return file must have been left alone: a younger one may still be written.
const settle = 2 * time.Second

// TakeReturns reads the return files that lie in the folder returns, tells the desk, and puts each into done, or with what is wrong with it
// into refused. One that was read when the service died is read again, to no effect.
func (w *Writer) TakeReturns(ctx context.Context) (files int, err error) {
	unlock, err := w.Box.Hold(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	found, err := os.ReadDir(w.Box.returns(""))
	if err != nil {
		return 0, err
	}
	for _, entry := range found {
		about, err := entry.Info()
		if err != nil || !about.Mode().IsRegular() || strings.HasPrefix(entry.Name(), ".") || w.now().Sub(about.ModTime()) < settle {
			continue // gone meanwhile, no file, or not ready
		}
		if err := w.takeReturn(ctx, entry.Name()); err != nil {
			return files, err
		}
		files++
	}
	return files, ctx.Err()
}

func (b Box) returns(name string) string { return filepath.Join(string(b), returnsDir, name) }

func (w *Writer) takeReturn(ctx context.Context, name string) error {
	text, err := os.ReadFile(w.Box.returns(name))
	if err != nil {
		return fmt.Errorf("read the return file %s: %w", name, err)
	}
	answers, err := ReadAnswers(name, bytes.NewReader(text))
	if err == nil {
		err = w.Answer(ctx, program, answers)
	}
	if ctx.Err() != nil || errors.Is(err, ledger.ErrClosed) || errors.Is(err, ledger.ErrBroken) {
		return err // nothing is wrong with the file
	}
	kept := fmt.Sprintf("%x-%s", sha256.Sum256(text), name)
	if err == nil {
		w.Log.InfoContext(ctx, "return file taken", "file", name, "answers", len(answers))
		return w.Box.away(name, "done", kept)
	}
	w.Log.WarnContext(ctx, "return file refused", "file", name, "cause", err)
	if err := os.MkdirAll(w.Box.returns("refused"), 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(w.Box.returns(filepath.Join("refused", kept+".why")), []byte(err.Error()+"\n"), 0o640); err != nil {
		return err
	}
	return w.Box.away(name, "refused", kept)
}

// away puts a return file where it is not read again.
func (b Box) away(name, folder, kept string) error {
	if err := os.MkdirAll(b.returns(folder), 0o750); err != nil {
		return err
	}
	if err := os.Rename(b.returns(name), b.returns(filepath.Join(folder, kept))); err != nil {
		return err
	}
	return errors.Join(syncDir(b.returns(folder)), syncDir(b.returns("")))
}
