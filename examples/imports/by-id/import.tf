# By ID, or by the host name that the Veeam console shows.
import {
  to = veeam_vb365_proxy.branch
  id = "branch-1.example.com"
}
