// Package config answers: what does the configuration file say, and what is wrong with it?
//
// One YAML file says everything that `orderly serve` needs. Every mistake is reported with file, line and column, all of
// them at once; an unknown key gets a did-you-mean.
//
// Why secrets are references: `${env:NAME}` and `${file:/path}` are replaced when the file is read, so the file itself can be
// kept in Git. A Secret prints as stars wherever it is printed.
package config
