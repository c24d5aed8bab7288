//go:build mage

package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	// mage:import
	build "github.com/grafana/grafana-plugin-sdk-go/build"
)

// Default configures the default target.
var Default = build.BuildAll

// Zip puts dist into the archive that Grafana installs a plugin from: <id>-<version>.zip with one folder <id>.
func Zip() error {
	id, version, err := readPlugin("dist/plugin.json")
	if err != nil {
		return err
	}
	target := filepath.Join("..", "dist", fmt.Sprintf("%s-%s.zip", id, version))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	if err := addFolder(archive, os.DirFS("dist"), id); err != nil {
		return fmt.Errorf("fill %s: %w", target, err)
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("finish %s: %w", target, err)
	}
	fmt.Println(target)
	return file.Close()
}

func readPlugin(name string) (id, version string, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", "", err
	}
	var plugin struct {
		ID   string `json:"id"`
		Info struct {
			Version string `json:"version"`
		} `json:"info"`
	}
	if err := json.Unmarshal(text, &plugin); err != nil {
		return "", "", fmt.Errorf("read %s: %w", name, err)
	}
	return plugin.ID, plugin.Info.Version, nil
}

// The first moment that an archive can hold: the same files make the same archive.
var packaged = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func addFolder(archive *zip.Writer, folder fs.FS, prefix string) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		header := &zip.FileHeader{Name: path.Join(prefix, name), Method: zip.Deflate, Modified: packaged}
		// Windows knows no such rights, and an archive made there is installed elsewhere.
		header.SetMode(0o644)
		if strings.HasPrefix(path.Base(name), "gpx_") {
			header.SetMode(0o755)
		}
		target, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		source, err := folder.Open(name)
		if err != nil {
			return err
		}
		defer source.Close()
		_, err = io.Copy(target, source)
		return err
	})
}
