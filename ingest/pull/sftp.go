package pull

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"arrears/config"
	"arrears/ingest"
)

// folder is a source that is the files of an SFTP server.
type folder struct {
	config  config.SFTP
	options Options
}

// List names the files that fit the pattern, have not been read as they are and are not being written. It waits until the youngest is old
// enough, and leaves out what changed meanwhile.
func (f folder) List(ctx context.Context, known []ingest.Receipt) ([]ingest.Extract, error) {
	c, err := f.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	before, err := c.files(f.config.Files)
	if err != nil {
		return nil, causeOf(c.ctx, err)
	}
	wait := time.Duration(0)
	for _, file := range before {
		wait = max(wait, f.config.Settle-max(0, f.options.Now().Sub(file.Modified))) // a clock elsewhere may be ahead
	}
	if wait > 0 && len(before) > 0 {
		c.close() // a server may not like who says nothing for so long
		if err := f.options.sleep()(ctx, wait); err != nil {
			return nil, err
		}
		if c, err = f.connect(ctx); err != nil {
			return nil, err
		}
		defer c.close()
	}
	after, err := c.files(f.config.Files)
	if err != nil {
		return nil, causeOf(c.ctx, err)
	}
	var settled []File
	for _, file := range after {
		for _, b := range before {
			if file.same(b) {
				settled = append(settled, file)
			}
		}
	}
	return unread(settled, known, f.open), nil
}

// open reads a file over a connection of its own.
func (f folder) open(ctx context.Context, listed File) (io.ReadCloser, error) {
	c, err := f.connect(ctx)
	if err != nil {
		return nil, err
	}
	file, err := c.Open(listed.Path)
	if err != nil {
		c.close()
		return nil, causeOf(c.ctx, fmt.Errorf("open %s: %w", listed.Path, err))
	}
	return stream{within{c.ctx, file}, func() error {
		defer c.close()
		now, err := c.at(listed.Path)
		if err == nil && !now.same(listed) {
			err = ingest.ErrUnsettled
		}
		return causeOf(c.ctx, err)
	}}, nil
}

// connection is one session with the server. Its context ends when nothing comes any more.
type connection struct {
	*sftp.Client
	ctx   context.Context //nolint:containedctx // it is that of the connection, and ends with it
	close func()
}

func (f folder) connect(ctx context.Context) (*connection, error) {
	client, err := f.client()
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(f.config.Host, strconv.FormatInt(f.config.Port, 10))
	ctx, w := watched(ctx, f.config.Connect)
	line, err := w.dial(ctx, "tcp", address, f.config.Connect)
	if err != nil {
		w.cancel(nil)
		return nil, fmt.Errorf("connect: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = line.Close() }) // whoever waits for it is told
	end := func() {
		stop()
		_ = line.Close() // nothing is written
		w.cancel(nil)
	}
	session, channels, requests, err := ssh.NewClientConn(line, address, client)
	if err != nil {
		err = fmt.Errorf("connect: %w", causeOf(ctx, err))
		end()
		return nil, err
	}
	w.limit.Store(int64(f.config.Stall))
	c, err := sftp.NewClient(ssh.NewClient(session, channels, requests), sftp.UseConcurrentReads(true))
	if err != nil {
		err = fmt.Errorf("begin SFTP: %w", causeOf(ctx, err))
		end()
		return nil, err
	}
	return &connection{c, ctx, end}, nil
}

func (f folder) client() (*ssh.ClientConfig, error) {
	c := &ssh.ClientConfig{User: f.config.User, Timeout: f.config.Connect, HostKeyCallback: f.pinned}
	if algorithm, _, ok := strings.Cut(f.config.HostKey, " "); ok {
		c.HostKeyAlgorithms = []string{algorithm}
		if algorithm == ssh.KeyAlgoRSA {
			c.HostKeyAlgorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
		}
	}
	if !f.config.Key.Given() {
		password, err := f.config.Password.Read()
		c.Auth = []ssh.AuthMethod{ssh.Password(password)}
		return c, err
	}
	key, err := f.config.Key.Read()
	if err != nil {
		return nil, err
	}
	passphrase, err := f.config.Passphrase.Read()
	if err != nil {
		return nil, err
	}
	parse := func() (ssh.Signer, error) { return ssh.ParsePrivateKey([]byte(key)) }
	if passphrase != "" {
		parse = func() (ssh.Signer, error) { return ssh.ParsePrivateKeyWithPassphrase([]byte(key), []byte(passphrase)) }
	}
	signer, err := parse()
	if err != nil {
		return nil, errors.New("the private key cannot be read; it is the text of a file that ssh-keygen makes, and passphrase opens it where it has one")
	}
	c.Auth = []ssh.AuthMethod{ssh.PublicKeys(signer)}
	return c, nil
}

// pinned lets no other server pass for the one that is meant.
func (f folder) pinned(_ string, _ net.Addr, key ssh.PublicKey) error {
	shown := ssh.FingerprintSHA256(key)
	if !strings.HasPrefix(f.config.HostKey, "SHA256:") {
		pinned, _, _, _, err := ssh.ParseAuthorizedKey([]byte(f.config.HostKey))
		if err != nil {
			return fmt.Errorf("host_key cannot be read: %w", err)
		}
		if bytes.Equal(pinned.Marshal(), key.Marshal()) {
			return nil
		}
	} else if subtle.ConstantTimeCompare([]byte(shown), []byte(f.config.HostKey)) == 1 {
		return nil
	}
	return fmt.Errorf("the server's key is %s %s, and not the one in host_key: it may be another server", key.Type(), shown)
}

func (c *connection) files(pattern string) ([]File, error) {
	root := "."
	if path.IsAbs(pattern) {
		root = "/"
	}
	paths, err := c.glob(root, strings.Split(strings.Trim(path.Clean(pattern), "/"), "/"))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", pattern, err)
	}
	var files []File
	for _, p := range paths {
		file, err := c.at(p)
		if errors.Is(err, errNoFile) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// glob finds what fits a pattern. That of the library takes a line that is cut for a folder that is empty.
func (c *connection) glob(dir string, parts []string) ([]string, error) {
	if len(parts) == 0 {
		return []string{dir}, nil
	}
	if !strings.ContainsAny(parts[0], `*?[\`) {
		return c.glob(path.Join(dir, parts[0]), parts[1:])
	}
	entries, err := c.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, entry := range entries {
		if fits, err := path.Match(parts[0], entry.Name()); err != nil || !fits || len(parts) > 1 && !entry.IsDir() {
			continue
		}
		more, err := c.glob(path.Join(dir, entry.Name()), parts[1:])
		if err != nil {
			return nil, err
		}
		paths = append(paths, more...)
	}
	return paths, nil
}

var errNoFile = errors.New("it is no file")

// at is a file as it is now.
func (c *connection) at(name string) (File, error) {
	info, err := c.Stat(name)
	if err != nil {
		return File{}, fmt.Errorf("look at %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return File{}, errNoFile
	}
	return File{Path: name, Size: info.Size(), Modified: info.ModTime().UTC()}, nil
}
