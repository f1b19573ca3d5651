package pull

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"arrears/config"
	"arrears/ingest"
)

// bucket is a source that is the objects of a store.
type bucket struct{ config config.S3 }

// tries is how often a request to a store is made.
const tries = 3

func (b bucket) client() (*minio.Client, error) {
	secret, err := b.config.SecretKey.Read()
	if err != nil {
		return nil, err
	}
	protection, err := encrypted(b.config.TLS, b.config.CA, "")
	if err != nil {
		return nil, err
	}
	creds := credentials.NewStatic(b.config.AccessKey, secret, "", credentials.SignatureV4)
	if b.config.AccessKey == "" {
		creds = credentials.NewStatic("", "", "", credentials.SignatureAnonymous)
	}
	return minio.New(b.config.Endpoint, &minio.Options{
		Creds: creds, Secure: protection != nil, Region: b.config.Region, MaxRetries: tries,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: protection, TLSHandshakeTimeout: 10 * time.Second},
	})
}

func (b bucket) late() error { return fmt.Errorf("it took longer than %v (timeout)", b.config.Timeout) }

// List names the objects that fit the pattern and have not been read as they are.
func (b bucket) List(ctx context.Context, known []ingest.Receipt) ([]ingest.Extract, error) {
	client, err := b.client()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, b.config.Timeout, b.late())
	defer cancel()
	prefix := b.config.Objects
	if at := strings.IndexAny(prefix, `*?[\`); at >= 0 {
		prefix = prefix[:at]
	}
	var files []File
	for object := range client.ListObjectsIter(ctx, b.config.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if object.Err != nil {
			return nil, fmt.Errorf("list bucket %s: %w", b.config.Bucket, causeOf(ctx, object.Err))
		}
		if fits, err := path.Match(b.config.Objects, object.Key); err != nil || !fits {
			continue
		}
		files = append(files, File{Path: object.Key, Version: strings.Trim(object.ETag, `"`), Size: object.Size, Modified: object.LastModified.UTC()})
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("list bucket %s: %w", b.config.Bucket, context.Cause(ctx))
	}
	return unread(files, known, b.open), nil
}

// open reads an object as it was listed.
func (b bucket) open(ctx context.Context, f File) (io.ReadCloser, error) {
	client, err := b.client()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, b.config.Timeout, b.late())
	var options minio.GetObjectOptions
	if err := options.SetMatchETag(f.Version); err != nil {
		cancel()
		return nil, err
	}
	object, err := client.GetObject(ctx, b.config.Bucket, f.Path, options)
	if err != nil {
		cancel()
		return nil, causeOf(ctx, err)
	}
	return stream{replaced{within{ctx, object}}, func() error { defer cancel(); return object.Close() }}, nil
}

// replaced knows the answer of a store whose object is not what it was when it was listed.
type replaced struct{ io.Reader }

// Read is that of the reader.
func (r replaced) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && (answer.StatusCode == http.StatusPreconditionFailed || answer.StatusCode == http.StatusNotFound) {
		err = ingest.ErrUnsettled
	}
	return n, err
}
