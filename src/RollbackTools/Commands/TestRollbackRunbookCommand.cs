using System.Collections;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Runbooks;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Tells what the commands of a written procedure really do.</summary>
/// <remarks>
/// <para>
/// Reads a runbook (Markdown with shell blocks, plain text copied from a rendered page, shell scripts), vercel.json and
/// workflows of GitHub Actions, and reports with line numbers: options and subcommands that do not exist, commands that do
/// harm, commands that look like success and did nothing, git that loses work, and what to use instead. Nothing that it reads
/// is ever executed, and no network is needed.
/// </para>
/// <para>
/// What is known stands in rules and option tables that come with the module, for vercel, gh, git, kubectl, helm, aws s3, psql,
/// curl and npm. Every finding names the versions that its claim holds for and where it can be looked up. A command of an
/// unknown program is not judged, and text that is no command line never is.
/// </para>
/// <para>
/// A finding is an object, not an error: for a pipeline step, branch on -Quiet, or write SARIF with -OutFile and let code
/// scanning decide. A file that cannot be read is an error, and -Quiet is false then.
/// </para>
/// </remarks>
/// <example>
/// <para>Check a procedure.</para>
/// <code>Test-RollbackRunbook -Path docs/PROCEDURES.md</code>
/// </example>
/// <example>
/// <para>Read everything that is known of a finding.</para>
/// <code>Test-RollbackRunbook PROCEDURES.md | Where-Object Severity -eq Error | ForEach-Object { "$($_.Line): $($_.Does) ($($_.Source))" }</code>
/// </example>
/// <example>
/// <para>End a pipeline step with 1 where a repository's runbooks have errors.</para>
/// <code>if (-not (Test-RollbackRunbook . -MinimumSeverity Error -Quiet)) { exit 1 }</code>
/// </example>
/// <example>
/// <para>Check it against the programs that are installed where it is run.</para>
/// <code>Test-RollbackRunbook PROCEDURES.md -ToolVersion @{ gh = '2.10'; npm = '6.14' }</code>
/// </example>
/// <example>
/// <para>Write SARIF for code scanning.</para>
/// <code>$null = Test-RollbackRunbook . -OutFile runbook.sarif</code>
/// </example>
/// <seealso cref="RunbookFinding">A command that does something else than it seems to.</seealso>
/// <seealso cref="bool">With -Quiet: whether nothing was found.</seealso>
/// <seealso cref="string">With -AsSarif: the findings as SARIF 2.1.0.</seealso>
[Cmdlet(VerbsDiagnostic.Test, "RollbackRunbook")]
[OutputType(typeof(RunbookFinding), typeof(bool), typeof(string))]
public sealed class TestRollbackRunbookCommand : AsynchronousCommand
{
    private readonly List<string> _literal = [];

    /// <summary>
    /// Runbooks, vercel.json, workflow files; wildcards are fine. Of a folder, its Markdown and plain text files, every
    /// vercel.json and every workflow are read, except in folders that hold packages or build output.
    /// </summary>
    [Parameter(Position = 0)]
    public string[] Path { get; set; } = [];

    /// <summary>Files whose names are taken as they are, brackets and all; files of Get-ChildItem bind here.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The package.json whose scripts npm run is to find.</summary>
    [PSDefaultValue(Help = "The nearest one, from the runbook's folder up to the root of its repository")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PackageJson { get; set; }

    /// <summary>
    /// The versions of the programs that the runbook is run with, each as a text: @{ gh = '2.10'; npm = '6.14' }. What holds only
    /// for later ones is left out, and what was taken from another version says so in Versions.
    /// </summary>
    [PSDefaultValue(Help = "The versions that the rules were taken from")]
    [Parameter]
    [ValidateNotNull]
    public Hashtable? ToolVersion { get; set; }

    /// <summary>Leaves out what matters less.</summary>
    [Parameter]
    public RunbookSeverity MinimumSeverity { get; set; }

    /// <summary>Gives only a truth value: true when nothing was found and everything could be read.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Gives one text in the format SARIF 2.1.0 instead of objects.</summary>
    [Parameter]
    public SwitchParameter AsSarif { get; set; }

    /// <summary>Writes the findings into a file in the format SARIF 2.1.0 as well; a file that is there is replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <inheritdoc />
    private protected override string Activity => "Runbook";

    /// <inheritdoc />
    protected override void ProcessRecord() => _literal.AddRange(LiteralPath);

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var paths = await OnPipelineAsync(() =>
            Path.SelectMany(Resolve).Concat(_literal.Select(path => FileSystemPath.Resolve(this, path))).Distinct(StringComparer.Ordinal).ToList());
        if (paths.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput, "There is no runbook to check.", "Name files or folders with -Path, for example -Path PROCEDURES.md.");
        }

        var outFile = OutFile is null ? null : await OnPipelineAsync(() => FileSystemPath.Resolve(this, OutFile));
        var run = new RunbookRun(Adapters.Factory.CreateRunbookReader(), await PackageAsync(cancellationToken), MinimumSeverity,
            ToolVersion is null ? null : ToolVersions.Of(SettingValues.Of(ToolVersion)));
        await foreach (var step in run.CheckAsync(paths, cancellationToken))
        {
            if (step.Failure is { } failure)
            {
                Report(failure);
            }
            else if (!Quiet && !AsSarif)
            {
                await EmitAsync(step.Finding!);
            }
        }

        var sarif = AsSarif || outFile is not null ? run.ToSarif(paths[0]) : null;
        if (outFile is not null)
        {
            await RunbookRun.SaveAsync(outFile, sarif!, cancellationToken);
        }

        if (AsSarif)
        {
            await EmitAsync(sarif!);
        }
        else if (Quiet)
        {
            await EmitAsync(run.IsClean);
        }
    });

    private async Task<PackageScripts?> PackageAsync(CancellationToken cancellationToken)
    {
        if (PackageJson is null)
        {
            return null;
        }

        var path = await OnPipelineAsync(() => FileSystemPath.Resolve(this, PackageJson));
        return PackageScripts.Of(path, await RunbookFiles.ReadAsync(path, cancellationToken))
            ?? throw new RollbackOpsException(ErrorId.RunbookUnreadable,
                $"'{Inert.Line(path)}' is no package.json.", "Name the file whose scripts the runbook's npm run is about.", path);
    }

    private IEnumerable<string> Resolve(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [FileSystemPath.Resolve(this, path)];
        }

        var files = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
        return files.Count > 0 ? files : throw new RollbackOpsException(ErrorId.RunbookNotFound,
            $"No file matches '{Inert.Line(path)}'.", "Check the pattern.", path);
    }
}
