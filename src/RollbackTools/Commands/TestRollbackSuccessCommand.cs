using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Verifies from outside that a rollback holds, in the window asked for, with the written checklist.</summary>
/// <remarks>
/// <para>
/// Every production address is read at least five times over ten seconds, over new connections and past caches, and must
/// state the target's version. Without input the last rollback that stands is verified.
/// </para>
/// <para>
/// The short-term window (5 to 30 minutes after the switch) and the long-term window (30 minutes and more) are given as
/// Pending until their time has come. What nobody measured is Unverified, and never ticked.
/// </para>
/// </remarks>
/// <example>
/// <para>Verify the last rollback.</para>
/// <code>Test-RollbackSuccess</code>
/// </example>
/// <example>
/// <para>Read the checklist of a rollback that just ran.</para>
/// <code>$result | Test-RollbackSuccess | ForEach-Object Checklist</code>
/// </example>
/// <example>
/// <para>Look again half an hour later.</para>
/// <code>Test-RollbackSuccess -Window LongTerm</code>
/// </example>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "RollbackSuccess")]
[OutputType(typeof(VerificationResult))]
public sealed class TestRollbackSuccessCommand : ContextCommand
{
    private readonly List<RollbackResult> _results = [];

    /// <summary>Every <see cref="RollbackResult"/> whose rollback is to be verified.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The window of the written success criteria, counted from the switch.</summary>
    [Parameter]
    public VerificationWindow Window { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
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
