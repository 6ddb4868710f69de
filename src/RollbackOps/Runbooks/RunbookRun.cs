using System.Runtime.CompilerServices;
using RollbackOps.Redaction;

namespace RollbackOps.Runbooks;

/// <summary>Checks files and folders one after the other, and keeps what was found.</summary>
/// <param name="reader">What reads Markdown and YAML.</param>
/// <param name="package">The scripts that npm run is to find; null to look for each file's own.</param>
/// <param name="minimum">What matters less is left out.</param>
/// <param name="tools">The versions of the programs in use; null where nobody says.</param>
internal sealed class RunbookRun(IRunbookReader reader, PackageScripts? package, RunbookSeverity minimum, ToolVersions? tools = null)
{
    private readonly List<RunbookFinding> _findings = [];
    private readonly Dictionary<string, PackageScripts?> _packages = new(StringComparer.Ordinal);
    private bool _hasFailed;

    /// <summary>Whether everything could be read and nothing was found.</summary>
    public bool IsClean => !_hasFailed && _findings.Count == 0;

    /// <summary>Gives each finding and each file that cannot be read.</summary>
    public async IAsyncEnumerable<(RunbookFinding? Finding, RollbackOpsException? Failure)> CheckAsync(
        IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var checker = new RunbookChecker(reader, tools);
        foreach (var path in paths.SelectMany(path => Directory.Exists(path) ? RunbookFiles.In(path) : [path]).Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<RunbookFinding> found = [];
            RollbackOpsException? failure = null;
            try
            {
                found = await CheckAsync(checker, path, cancellationToken);
            }
            catch (RollbackOpsException unreadable)
            {
                failure = unreadable;
                _hasFailed = true;
            }

            if (failure is not null)
            {
                yield return (null, failure);
            }

            foreach (var seen in found.Where(finding => finding.Severity >= minimum))
            {
                // A runbook's commands may hold a secret, and SARIF goes to other people's servers (S40).
                var finding = (RunbookFinding)ObjectTexts.Mask(seen, Redactor.Default.Redact);
                _findings.Add(finding);
                yield return (finding, null);
            }
        }
    }

    /// <summary>What was found, as SARIF; addresses are relative to the root of the repository of a path.</summary>
    public string ToSarif(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        var version = typeof(RunbookRun).Assembly.GetName().Version!;
        return RunbookSarif.Write(_findings, RunbookFiles.RepositoryRoot(folder), version.ToString(fieldCount: 3));
    }

    /// <summary>Writes a file so that it is there whole or not at all.</summary>
    public static async Task SaveAsync(string path, string text, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(temporary, text, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"'{Inert.Line(path)}' cannot be written: {Inert.Line(failure.Message)}", "Give -OutFile a path that can be written.", path, failure);
        }
    }

    private async Task<IReadOnlyList<RunbookFinding>> CheckAsync(RunbookChecker checker, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new RollbackOpsException(ErrorId.RunbookNotFound, $"There is no file '{Inert.Line(path)}'.", "Check the path.", path);
        }

        var text = await RunbookFiles.ReadAsync(path, cancellationToken);
        return checker.Check(path, text, package ?? await OwnPackageAsync(path, cancellationToken));
    }

    private async Task<PackageScripts?> OwnPackageAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!_packages.TryGetValue(folder, out var scripts))
        {
            _packages[folder] = scripts = await RunbookFiles.FindScriptsAsync(path, cancellationToken);
        }

        return scripts;
    }
}
