{{- define "ripcord.name" -}}
{{- if contains "ripcord" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-ripcord" (.Release.Name | trunc 44 | trimSuffix "-") }}{{ end }}
{{- end -}}

{{- define "ripcord.selector" -}}
app.kubernetes.io/name: ripcord
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ripcord.labels" -}}
{{ include "ripcord.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "ripcord.config" -}}
{{- $fixed := dict "listen" "0.0.0.0:9095" "data" "/data" "token_file" "/run/secrets/ripcord/token" -}}
{{- if .Values.journal.secret }}{{ $_ := set $fixed "database_file" "/run/secrets/ripcord-journal/database" }}{{ end -}}
{{- range $key, $_ := $fixed }}{{ if hasKey $.Values.config $key }}{{ fail (printf "config.%s is set by the chart: leave it out" $key) }}{{ end }}{{ end -}}
{{ toYaml (merge $fixed .Values.config) }}
{{- end -}}
