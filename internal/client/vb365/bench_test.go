// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkRefresh reads each proxy of a fleet, ten at a time, as a plan does. Beside times and allocations it tells the requests
// of one refresh, and how much memory the client holds after it.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{1, 1000, 10_000} {
		b.Run(fmt.Sprintf("proxies=%d", n), func(b *testing.B) {
			var asked atomic.Int64
			a := newBenchAppliance(b, &asked, n)
			b.ReportAllocs()
			var held uint64
			for b.Loop() {
				before := heap()
				c, err := New(Config{Rest: a.options(), Version: V8})
				if err != nil {
					b.Fatal(err)
				}
				refresh(b, c, n)
				held = max(held, heap()-before)
				c.CloseIdleConnections()
			}
			b.ReportMetric(float64(asked.Load())/float64(b.N), "requests/op")
			b.ReportMetric(float64(held)/1e6, "MB-held")
		})
	}
}

// newBenchAppliance answers with n proxies that have all that v8 tells of one.
func newBenchAppliance(b *testing.B, asked *atomic.Int64, n int) *appliance {
	b.Helper()
	one := func(i int) string {
		return fmt.Sprintf(`{"id":%q,"hostName":"proxy-%d.example.com","fqdn":"proxy-%d.example.com","description":"","port":9193,"status":"Online",
			"type":"Workgroup","enableNetworkThrottling":false,"throttlingValue":100,"throttlingUnit":"Mbps","useInternetProxy":false,
			"internetProxyType":"FromManagementServer","operatingSystem":"Linux","proxyPoolId":null,"maintenanceModeState":"Disabled",
			"version":"13.1.0.1","serviceAccount":"veeam","cpuUsagePercent":12.5,"memoryUsagePercent":30.25,"role":["Processor"],
			"_links":{"self":{"href":"/v8/proxies/%s"},"jobs":{"href":"/v8/jobs?proxyId=%s"}}}`, proxyID(i), i, i, proxyID(i), proxyID(i))
	}
	var list strings.Builder
	list.WriteString(`{"offset":0,"limit":10000,"results":[`)
	for i := range n {
		if i > 0 {
			list.WriteString(",")
		}
		list.WriteString(one(i))
	}
	list.WriteString("]}")
	a := &appliance{Server: httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.URL.Path, proxyID(0)) {
			_, _ = io.WriteString(w, one(0))
			return
		}
		_, _ = io.WriteString(w, list.String())
	}))}
	a.EnableHTTP2 = true
	a.StartTLS()
	b.Cleanup(a.Close)
	return a
}

func refresh(b *testing.B, c *Client, n int) {
	b.Helper()
	ids := make(chan string)
	var objects sync.WaitGroup
	for range 10 {
		objects.Go(func() {
			for id := range ids {
				if p, err := c.SharedProxy(b.Context(), id); err != nil || p.ID != id {
					b.Errorf("%+v, %v", p, err)
				}
			}
		})
	}
	for i := range n {
		ids <- proxyID(i)
	}
	close(ids)
	objects.Wait()
}

// heap is how much memory is in use for good.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
