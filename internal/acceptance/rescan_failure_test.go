// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// A user relies on it that a rescan that failed is told with its cause, is recorded as far as the server accepted it,
// and is fired again by the next apply, once.
func TestRepositoryRescanFailsOnCreate(t *testing.T) {
	failsOnCreate(t, repositoryRescans, repositoryFailures)
}

func TestRepositoryRescanFailsOnUpdate(t *testing.T) {
	failsOnUpdate(t, repositoryRescans, repositoryFailures)
}

func TestIAMRoleRescanFails(t *testing.T) {
	t.Parallel()
	rows := roleFailures(iamRoleRescans, "IAM Role", "IAM role {title}")
	t.Run("create", func(t *testing.T) { failsOnCreate(t, iamRoleRescans, rows) })
	t.Run("update", func(t *testing.T) { failsOnUpdate(t, iamRoleRescans, rows) })
}

func TestBucketRescanFails(t *testing.T) {
	t.Parallel()
	rows := roleFailures(bucketRescans, "Buckets", "Buckets of IAM role {title}")
	t.Run("create", func(t *testing.T) { failsOnCreate(t, bucketRescans, rows) })
	t.Run("update", func(t *testing.T) { failsOnUpdate(t, bucketRescans, rows) })
}

func TestProxyRescanFailsOnCreate(t *testing.T) { failsOnCreate(t, proxyRescans, proxyFailures) }

func TestProxyRescanFailsOnUpdate(t *testing.T) { failsOnUpdate(t, proxyRescans, proxyFailures) }

func failsOnCreate(t *testing.T, k rescanKind, rows []failureRow) {
	f := newFailures(t, k, rows)
	f.config("1", hasty)
	f.disturb()
	r := f.fail([]string{"apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=50"})
	for _, row := range rows {
		f.told(row, r)
		switch attributes := f.attributes(k.address(row.name)); {
		case row.recorded == nil:
			f.stateLacks(k.address(row.name))
		case attributes == nil:
			t.Errorf("%s: nothing is in the state", row.name)
		default:
			f.has(row, attributes, "1")
			if tainted := attributes["(status)"] == "tainted"; tainted == row.succeeds {
				t.Errorf("%s: tainted is %t", row.name, tainted)
			}
		}
	}
	f.mend("1")
	f.endWhenReadTwice()
	f.apply("-parallelism=50")
	for _, row := range rows {
		f.firedAgain(row, !row.succeeds && (!row.goesOn || row.next != ""))
	}
	f.planIsEmpty()
}

func failsOnUpdate(t *testing.T, k rescanKind, rows []failureRow) {
	f := newFailures(t, k, rows)
	f.config("1", patience)
	f.apply("-parallelism=50")
	before := map[string]map[string]any{}
	for _, row := range rows {
		before[row.name] = f.attributes(k.address(row.name))
	}
	f.config("2", hasty)
	f.disturb()
	r := f.fail([]string{"apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=50"})
	for _, row := range rows {
		f.told(row, r)
		attributes := f.attributes(k.address(row.name))
		switch {
		case row.recorded == nil: // as if nothing had been tried
			if !reflect.DeepEqual(attributes, before[row.name]) {
				t.Errorf("%s: the state has %v, and had %v", row.name, attributes, before[row.name])
			}
		case row.succeeds:
			f.has(row, attributes, "2")
		default: // the new session with the old triggers
			f.has(row, attributes, "1")
		}
		if attributes["(status)"] != "" {
			t.Errorf("%s: the object is %s", row.name, attributes["(status)"])
		}
	}
	f.mend("2")
	changes, _ := f.plan()
	for _, row := range rows {
		f.announces(k, row.name, changes[k.address(row.name)], !row.succeeds)
	}
	f.endWhenReadTwice()
	f.applySaved()
	for _, row := range rows {
		f.firedAgain(row, !row.succeeds && (!row.goesOn || row.next != ""))
	}
	f.planIsEmpty()
	f.nothingSent("a plan after everything has succeeded")
}

// failures is a world with a rescan for each row.
type failures struct {
	*world
	rescanKind
	rows     []failureRow
	subjects map[string]string
}

func newFailures(t *testing.T, k rescanKind, rows []failureRow) *failures {
	f := &failures{newWorld(t, vb365.Config{}, vbaws.Config{}), k, rows, map[string]string{}}
	for _, row := range rows {
		f.subjects[row.name] = k.add(f.world)
		if k.object == proxyRescans.object {
			f.vb365.SetProxy(f.subjects[row.name], func(p *vb365.Proxy) { p.HostName = row.name + ".example.com" })
		}
	}
	return f
}

// patience is what the timeouts of a row are where nothing is to time out, however busy the machine.
func patience(arguments string) string { return strings.ReplaceAll(arguments, soonTime, "5m") }

// config gives all triggers a value.
func (f *failures) config(trigger string, arguments func(string) string) {
	text := ""
	for _, row := range f.rows {
		text += f.hcl(row.name, f.subjects[row.name], "triggers = { a = \""+trigger+"\" }\n"+arguments(row.arguments))
	}
	f.world.config(text)
}

// hasty leaves the timeouts as they are.
func hasty(arguments string) string { return arguments }

func (f *failures) apply(flags ...string) {
	f.Helper()
	f.succeed(append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, flags...)...)
}

func (f *failures) disturb() {
	for _, row := range f.rows {
		row.disturb(f.world, f.subjects[row.name])
	}
}

// mend takes all disturbances back, and gives all triggers a value, or that of their row.
func (f *failures) mend(trigger string) {
	f.vb365.ClearFaults()
	f.vbaws.ClearFaults()
	text := ""
	for _, row := range f.rows {
		if row.mend != nil {
			row.mend(f.world, f.subjects[row.name])
		}
		text += f.hcl(row.name, f.subjects[row.name], "triggers = { a = \""+cmp.Or(row.next, trigger)+"\" }\n"+patience(row.arguments))
	}
	f.world.config(text)
}

// newest gives the newest session of a row's repository or IAM role; the zero one of a proxy.
func (f *failures) newest(row failureRow) (newest vbaws.Session) {
	for _, s := range f.vbaws.Sessions() {
		if id := f.subjects[row.name]; s.RepositoryID == id || s.RoleID == id {
			newest = s
		}
	}
	return newest
}

// told checks the requests and the words of the failing command.
func (f *failures) told(row failureRow, r result) {
	f.Helper()
	id := f.subjects[row.name]
	if n := f.fired(f.world, id); n != cmp.Or(row.posts, 1) {
		f.Errorf("%s: the rescan was sent %d times", row.name, n)
	}
	for _, text := range row.says {
		text = strings.NewReplacer("{id}", id, "{title}", f.title(id), "{session}", f.newest(row).ID).Replace(text)
		if !strings.Contains(r.output, text) {
			f.Errorf("%s: the output does not say %q: %s", row.name, text, r.output)
		}
	}
}

// title is a repository or an IAM role as messages name it.
func (w *world) title(id string) string {
	for _, r := range w.vbaws.Repositories() {
		if r.ID == id {
			return fmt.Sprintf("%q (ID %s)", r.Name, id)
		}
	}
	for _, r := range w.vbaws.IAMRoles() {
		if r.ID == id {
			return fmt.Sprintf("%q (ID %s)", r.Name, id)
		}
	}
	return id
}

// has checks a state that records an accepted rescan.
func (f *failures) has(row failureRow, attributes map[string]any, trigger string) {
	f.Helper()
	want := maps.Clone(row.recorded)
	want["triggers"] = map[string]any{"a": trigger}
	if f.object != proxyRescans.object {
		want["session_id"] = f.newest(row).ID
	}
	for name, value := range want {
		if !reflect.DeepEqual(attributes[name], value) {
			f.Errorf("%s: %s is %v in the state, want %v", row.name, name, attributes[name], value)
		}
	}
}

// firedAgain checks the command that made good what had failed.
func (f *failures) firedAgain(row failureRow, again bool) {
	f.Helper()
	if n := f.fired(f.world, f.subjects[row.name]); n != map[bool]int{true: 1}[again] {
		f.Errorf("%s: the next apply sent the rescan %d times", row.name, n)
	}
	attributes := f.attributes(f.address(row.name))
	if f.object == proxyRescans.object {
		if attributes["status"] != "Online" {
			f.Errorf("%s: the state has %v", row.name, attributes)
		}
		return
	}
	want := "Succeeded"
	if row.name == "warning" && !again {
		want = "Warning"
	}
	if attributes["session_id"] != f.newest(row).ID || attributes["session_status"] != want {
		f.Errorf("%s: the state has %v, and the newest session is %s", row.name, attributes, f.newest(row).ID)
	}
}

// endWhenReadTwice ends each session that goes on as soon as the next command has read it twice: to see whether it
// still runs, and once while waiting for it.
func (f *failures) endWhenReadTwice() {
	for _, row := range f.rows {
		if !row.goesOn || row.next != "" {
			continue
		}
		id := f.newest(row).ID
		f.vbaws.ResetLog()
		read := f.when(func() bool { // the second time maybe in a list
			return f.vbaws.Count(http.MethodGet, "/api/v1/sessions/"+id)+f.vbaws.Count(http.MethodGet, "/api/v1/sessions") >= 2
		})
		go func() {
			<-read
			f.vbaws.SetSession(id, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
		}()
	}
}
