using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Signals;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Measures requests, errors and answer times: in log files, in Prometheus, or live.</summary>
/// <remarks>
/// <para>
/// Reads newline-delimited JSON (plain, Vercel's log drain, pino, Serilog's compact one, or your own fields) and the Common
/// and Combined Log Format, packed with gzip and zstd too. In a file whose lines are in the order of time the window is found
/// by halving, so that the answer costs the window and not the file; lines may be a minute out of order (-LookBack).
/// </para>
/// <para>
/// An error is a status of 500 or more, or no answer. 401 and 403, and assets answered with 404, are counted apart; health
/// paths are left out. More unreadable lines than -MaxUnreadablePercent allows are an error, never a silent zero.
/// </para>
/// <para>
/// With -Source what rollback.json configures is measured: Prometheus (the counters and the histogram of its prometheus
/// section, counted cell by cell, and resources), RuntimeLog (the requests of what is live, as the platform tells of them while
/// they are served: a live tail that knows nothing of before, without answer times and clients), or Probes (the health
/// checks, round after round). The last two are followed for -For.
/// </para>
/// <para>
/// The window ends 10 seconds ago unless -Until says otherwise: what is younger may not be written yet.
/// </para>
/// </remarks>
/// <example>
/// <para>Measure the last five minutes.</para>
/// <code>Measure-ErrorRate -Path /var/log/app/*.log -Last 5m</code>
/// </example>
/// <example>
/// <para>Judge what was measured.</para>
/// <code>Measure-ErrorRate -Path /var/log/app/app.log | Test-RollbackNeeded</code>
/// </example>
/// <example>
/// <para>Measure the last hour in Prometheus.</para>
/// <code>Measure-ErrorRate -Source Prometheus -Last 1h</code>
/// </example>
/// <example>
/// <para>Probe the service for a minute.</para>
/// <code>Measure-ErrorRate -Source Probes -For 1m</code>
/// </example>
/// <example>
/// <para>Read fields of your own.</para>
/// <code>Measure-ErrorRate -Path app.log -TimeField at -StatusField http.code -DurationField took -DurationUnit Seconds</code>
/// </example>
/// <seealso cref="Measurement">What the logs say of the window.</seealso>
/// <seealso cref="TestRollbackNeededCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ErrorRate")]
[OutputType(typeof(Measurement))]
public sealed class MeasureErrorRateCommand : ContextCommand
{
    private static readonly TimeSpan s_bar = TimeSpan.FromSeconds(1);

    private readonly List<string> _files = [];
    private readonly List<HealthCheckResult> _probes = [];
    private ILogLines? _lines;
    private LogQuery? _query;

    /// <summary>Log files; wildcards are fine. A single - is standard input.</summary>
    [Parameter(Position = 0)]
    public string[] Path { get; set; } = [];

    /// <summary>Log files whose names are taken as they are, brackets and all.</summary>
    [Parameter]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// Lines of a log, log files as Get-ChildItem gives them, or every <see cref="HealthCheckResult"/> that
    /// Test-DeploymentHealth gave, time after time: one series.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Configured sources to measure: Prometheus, RuntimeLog, Probes.</summary>
    [Parameter]
    public SignalSource[] Source { get; set; } = [];

    /// <summary>How long RuntimeLog and Probes are followed; with its unit.</summary>
    [PSDefaultValue(Help = "1m")]
    [Parameter]
    [Duration]
    public TimeSpan For { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The environment whose sources are measured, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <summary>How long the window is: 90s, 5m, 1h, or a TimeSpan; a bare number is refused.</summary>
    [PSDefaultValue(Help = "5m")]
    [Parameter]
    [Duration]
    public TimeSpan Last { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>When the window ends.</summary>
    [PSDefaultValue(Help = "10 seconds ago")]
    [Parameter]
    [Moment]
    public DateTimeOffset? Until { get; set; }

    /// <summary>How the lines are written.</summary>
    [Parameter]
    public LogFormat Format { get; set; }

    /// <summary>The JSON field of the time; a dot leads into an object.</summary>
    [Parameter]
    public string? TimeField { get; set; }

    /// <summary>The JSON field of the HTTP status.</summary>
    [Parameter]
    public string? StatusField { get; set; }

    /// <summary>The JSON field of the answer time.</summary>
    [Parameter]
    public string? DurationField { get; set; }

    /// <summary>The unit of the answer time.</summary>
    [Parameter]
    [ValidateSet("Seconds", "Milliseconds", "Microseconds", "Nanoseconds")]
    public string DurationUnit { get; set; } = "Milliseconds";

    /// <summary>The JSON field of the path.</summary>
    [Parameter]
    public string? PathField { get; set; }

    /// <summary>The JSON field of the client.</summary>
    [Parameter]
    public string? ClientField { get; set; }

    /// <summary>The JSON field that the lines of one request have in common; they are counted once, with the worst status.</summary>
    [Parameter]
    public string? RequestIdField { get; set; }

    /// <summary>An answer that takes longer is slow; with its unit: 2s, 800ms.</summary>
    [PSDefaultValue(Help = "2s")]
    [Parameter]
    [Duration]
    public TimeSpan SlowLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Paths of health checks and probes, left out.</summary>
    [Parameter]
    public string[] ExcludePath { get; set; } = ["/health", "/healthz", "/api/health", "/livez", "/readyz"];

    /// <summary>How far lines may be out of order; with its unit.</summary>
    [PSDefaultValue(Help = "1m")]
    [Parameter]
    [Duration]
    public TimeSpan LookBack { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The share of unreadable lines in percent above which nothing is measured.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double MaxUnreadablePercent { get; set; } = 5;

    /// <summary>Gives only totals and quantiles, faster: no cells, minutes, paths and clients.</summary>
    [Parameter]
    public SwitchParameter TotalsOnly { get; set; }

    private LogQuery Query => _query ??= NewQuery();

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case FileInfo file:
                _files.Add(file.FullName);
                break;
            case HealthCheckResult probe:
                _probes.Add(probe);
                break;
            case string line:
                _lines ??= Adapters.Factory.CreateLogReader().Open(Query);
                _lines.Add(line);
                break;
            default:
                ThrowTerminatingError(ErrorRecords.Of(ErrorRecords.UnusableInput(InputObject, "a line of a log, a file or a HealthCheckResult")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (Source.Length > 0)
        {
            await MeasureSourcesAsync(cancellationToken);
        }

        var isStandardInput = Path is ["-"];
        var files = isStandardInput ? _files
            : [.. _files, .. await OnPipelineAsync(() =>
                Path.SelectMany(Files).Concat(LiteralPath.Select(path => FileSystemPath.Resolve(this, path))).ToList())];
        if (!isStandardInput && files.Count == 0 && _lines is null && Source.Length == 0 && _probes.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "There is nothing to measure.", "Name files with -Path, hand lines or files in by the pipeline, or name a -Source.");
        }

        var reader = Adapters.Factory.CreateLogReader();
        if (isStandardInput)
        {
            await using var input = Console.OpenStandardInput();
            await TellAsync(reader.Measure(input, "standard input", Query, cancellationToken));
        }

        if (_probes.Count > 0)
        {
            await EmitAsync(ProbeSource.Measure(_probes, SlowLimit));
        }

        if (_lines is not null)
        {
            await TellAsync(_lines.Finish(cancellationToken));
        }

        if (files.Count > 0)
        {
            await TellAsync(reader.Measure(Query with { Paths = [.. files.Distinct(StringComparer.Ordinal)] }, cancellationToken));
        }
    });

    private Task TellAsync(Measurement measured)
    {
        Verbose($"{measured.Source}: {measured.Requests} requests from {measured.From:u} to {measured.To:u} in {measured.Lines} lines read"
            + string.Concat(measured.Skipped.Select(skipped => $", {skipped}")) + ".");
        return EmitAsync(measured);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task MeasureSourcesAsync(CancellationToken cancellationToken)
    {
        var context = OpenContext(project: null, Environment);
        var live = Source.Where(MeasurementSources.IsLive).Select(source => MeasurementSources.Open(source, context)).ToList();
        try
        {
            await Task.WhenAll(live.Select(source => source.ReadAsync(goLive: null, cancellationToken)));
            if (Source.Contains(SignalSource.Prometheus))
            {
                await using var metrics = new MetricsSource(context);
                var until = End(context.Settings.Policy.Lag);
                foreach (var measurement in await metrics.MeasureAsync(until - Last, until, goLive: null, cancellationToken))
                {
                    await EmitAsync(measurement);
                }
            }

            if (live.Count > 0)
            {
                await FollowAsync(cancellationToken);
            }

            foreach (var source in live)
            {
                foreach (var measurement in (await source.ReadAsync(goLive: null, cancellationToken)).Measurements)
                {
                    await EmitAsync(measurement);
                }
            }
        }
        finally
        {
            foreach (var source in live)
            {
                await source.DisposeAsync();
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < For;)
        {
            ShowBar("Measuring", $"Following {string.Join(", ", Source.Where(MeasurementSources.IsLive))}", elapsed, For);
            var next = For - elapsed < s_bar ? For - elapsed : s_bar;
            await Task.Delay(next, cancellationToken);
            elapsed += next;
        }
    }

    /// <summary>The window's end: what is younger than the lag may not be written yet (decisions.md §1).</summary>
    private DateTimeOffset End(TimeSpan lag) => Last > TimeSpan.Zero
        ? (Until ?? DateTimeOffset.UtcNow - lag).ToUniversalTime()
        : throw new RollbackOpsException(ErrorId.InvalidArgument, "A window of no length has no requests.", "Give -Last a time, for example -Last 5m.");

    private LogQuery NewQuery()
    {
        var until = End(new PolicySettings().Lag);
        return new LogQuery
        {
            From = until - Last,
            To = until,
            Format = Format,
            Fields = NewFields(),
            SlowLimit = SlowLimit,
            ExcludedPaths = ExcludePath,
            LookBack = LookBack,
            MaxUnreadablePercent = MaxUnreadablePercent,
            IsTotalsOnly = TotalsOnly,
        };
    }

    /// <summary>The format's fields with those that are named in place of them; null when none is named.</summary>
    private LogFields? NewFields()
    {
        string?[] named = [TimeField, StatusField, DurationField, PathField, ClientField, RequestIdField];
        if (named.All(name => name is null))
        {
            return null;
        }

        var usual = LogFields.Of(Format == LogFormat.Auto ? LogFormat.Json : Format) ?? throw new RollbackOpsException(
            ErrorId.InvalidArgument, $"Lines of the format {Format} have no named fields.", "Leave the fields out, or use -Format Json.");
        return usual with
        {
            Time = TimeField ?? usual.Time,
            Status = StatusField ?? usual.Status,
            Duration = DurationField ?? usual.Duration,
            Path = PathField ?? usual.Path,
            Client = ClientField ?? usual.Client,
            RequestId = RequestIdField ?? usual.RequestId,
            MicrosecondsPerUnit = DurationUnit switch
            {
                "Seconds" => 1e6,
                "Microseconds" => 1,
                "Nanoseconds" => 1e-3,
                _ => 1e3,
            },
        };
    }

    private IEnumerable<string> Files(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [FileSystemPath.Resolve(this, path)];
        }

        var files = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        return files.Count > 0 ? files : throw new RollbackOpsException(ErrorId.LogNotFound,
            $"No file matches '{Inert.Line(path)}'.", "Check the pattern.", path);
    }
}
