using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Verifies from outside that a rollback holds, in the window asked for, with the written checklist.</summary>
/// <remarks>
/// <para>
/// The immediate window reads every production address at least five times over ten seconds, over new connections and
/// past caches. The short-term and long-term windows are given as Pending until their time has come; what nobody
/// measured is Unverified, and never ticked.
/// </para>
/// </remarks>
/// <example>
/// <para>Verify the last rollback.</para>
/// <code>Test-RollbackSuccess</code>
/// </example>
/// <example>
/// <para>The checklist of a rollback that just ran.</para>
/// <code>$result | Test-RollbackSuccess | ForEach-Object Checklist</code>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RollbackSuccess")]
[OutputType(typeof(VerificationResult))]
public sealed class TestRollbackSuccessCommand : ContextCommand
{
    private readonly List<RollbackResult> _results = [];

    /// <summary>Results of rollbacks to verify.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The window; by default the immediate one.</summary>
    [Parameter]
    public VerificationWindow Window { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case RollbackResult result:
                _results.Add(result);
                break;
            default:
                ThrowTerminatingError(ErrorRecords.Of(ErrorRecords.UnusableInput(InputObject, "a RollbackResult")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (MyInvocation.ExpectingInput && _results.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "The pipeline gave no result to verify.", "Look at what the commands before it give.");
        }

        foreach (var result in _results.Count > 0 ? _results : [null!])
        {
            var context = OpenContext(result?.Project, result?.Environment ?? Environment);
            await EmitAsync(await new WindowVerifier(context, Tell).VerifyAsync(result?.RollbackId, Window, cancellationToken));
        }
    });
}
