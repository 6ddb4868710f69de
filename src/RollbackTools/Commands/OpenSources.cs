using System.Management.Automation;
using RollbackOps;
using RollbackOps.Signals;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>What -Source names: configured sources, opened, and script blocks.</summary>
internal sealed class OpenSources : IAsyncDisposable
{
    private readonly List<ScriptBlock> _scripts = [];

    /// <param name="given">Names and script blocks.</param>
    /// <param name="context">What the names stand for.</param>
    /// <param name="isWatched">Whether there will be more than one look.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public OpenSources(IEnumerable<object> given, RollbackContext context, bool isWatched)
    {
        var configured = new List<IMeasurementSource>();
        foreach (var one in given.Select(PSObject.AsPSObject))
        {
            if (one.BaseObject is ScriptBlock script)
            {
                _scripts.Add(script);
                continue;
            }

            var source = one.BaseObject is SignalSource named ? named
                : one.BaseObject is string text && Enum.TryParse(text, ignoreCase: true, out SignalSource read) && !char.IsDigit(text[0]) ? read
                : throw ErrorRecords.UnusableInput(one, $"a script block or one of {string.Join(", ", Enum.GetNames<SignalSource>())} for -Source");
            if (MeasurementSources.IsLive(source) && !isWatched)
            {
                throw new RollbackOpsException(ErrorId.InvalidArgument,
                    $"{source} knows nothing of before it was opened, so one look sees nothing.",
                    $"Keep looking: Test-RollbackNeeded -Source {source} -Watch.", source);
            }

            configured.Add(MeasurementSources.Open(source, context));
        }

        Configured = configured;
    }

    public IReadOnlyList<IMeasurementSource> Configured { get; }

    public bool HasScripts => _scripts.Count > 0;

    /// <summary>What the script blocks measure now. On the pipeline thread.</summary>
    public List<Measurement> RunScripts() =>
    [
        .. _scripts.SelectMany(script => script.Invoke()).Where(given => given is not null)
            .Select(given => given.BaseObject as Measurement ?? throw ErrorRecords.UnusableInput(given, "a Measurement from -Source")),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Configured)
        {
            await source.DisposeAsync();
        }
    }
}
