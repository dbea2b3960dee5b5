/// libcurl by dlopen: the program starts without loading it and runs on machines that have none.
/// Types and constants are those of <curl/curl.h>; nothing here is linked.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// Options are named by their oldest names, so that old libraries take them.
#define CURL_DISABLE_DEPRECATION 1
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

/// The functions of a loaded libcurl.
typedef struct ccurl_api {
  CURLcode (*global_init)(long flags);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *handle);
  CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
  CURLcode (*easy_perform)(CURL *handle);
  CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
  const char *(*easy_strerror)(CURLcode code);
  struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
  void (*slist_free_all)(struct curl_slist *list);
  char *(*version)(void);
} ccurl_api;

typedef size_t (*ccurl_data_callback)(char *data, size_t size, size_t count, void *context);
typedef int (*ccurl_progress_callback)(
    void *context, curl_off_t total, curl_off_t done, curl_off_t upload_total, curl_off_t upload_done);

/// Loads the library of that name and fills `api`. 1 where that worked; the library is then never unloaded.
static inline int ccurl_load(ccurl_api *api, const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  *(void **)&api->global_init = dlsym(library, "curl_global_init");
  *(void **)&api->easy_init = dlsym(library, "curl_easy_init");
  *(void **)&api->easy_cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&api->easy_setopt = dlsym(library, "curl_easy_setopt");
  *(void **)&api->easy_perform = dlsym(library, "curl_easy_perform");
  *(void **)&api->easy_getinfo = dlsym(library, "curl_easy_getinfo");
  *(void **)&api->easy_strerror = dlsym(library, "curl_easy_strerror");
  *(void **)&api->slist_append = dlsym(library, "curl_slist_append");
  *(void **)&api->slist_free_all = dlsym(library, "curl_slist_free_all");
  *(void **)&api->version = dlsym(library, "curl_version");
  int whole = api->global_init && api->easy_init && api->easy_cleanup && api->easy_setopt && api->easy_perform
      && api->easy_getinfo && api->easy_strerror && api->slist_append && api->slist_free_all && api->version;
  if (!whole || api->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    dlclose(library);
    return 0;
  }
  return 1;
}

// `curl_easy_setopt` and `curl_easy_getinfo` are variadic, which Swift cannot call: one wrapper a type.

static inline CURLcode ccurl_set_long(const ccurl_api *api, CURL *handle, CURLoption option, long value) {
  return api->easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_text(const ccurl_api *api, CURL *handle, CURLoption option, const char *value) {
  return api->easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(const ccurl_api *api, CURL *handle, CURLoption option, void *value) {
  return api->easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_data_callback(
    const ccurl_api *api, CURL *handle, CURLoption option, ccurl_data_callback value) {
  return api->easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_progress_callback(const ccurl_api *api, CURL *handle, ccurl_progress_callback value) {
  return api->easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline const char *ccurl_redirect_url(const ccurl_api *api, CURL *handle) {
  char *url = NULL;
  return api->easy_getinfo(handle, CURLINFO_REDIRECT_URL, &url) == CURLE_OK ? url : NULL;
}

#endif
