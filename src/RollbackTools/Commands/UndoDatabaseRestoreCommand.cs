using System.Management.Automation;
using RollbackOps.Databases;

namespace RollbackTools.Commands;

/// <summary>Swaps the database that a restore kept back in; the restored one is kept in its turn.</summary>
/// <remarks>
/// <para>
/// The services are stopped around the swap and started again. What was written since the restore is in the database that
/// was live until now; it is kept, and Kept says where. A restore that changed nothing, or was undone already, cannot be undone
/// (NothingToUndo).
/// </para>
/// <para>
/// -ExportLostChanges exports what was written since the restore: the database that is swapped out minus the backup that it
/// was restored from.
/// </para>
/// </remarks>
/// <example>
/// <para>Undo the last restore.</para>
/// <code>Undo-DatabaseRestore -Reason 'The backup was too old'</code>
/// </example>
/// <example>
/// <para>See what undoing it would do.</para>
/// <code>Undo-DatabaseRestore -Reason 'The backup was too old' -WhatIf</code>
/// </example>
/// <example>
/// <para>Undo the restore that was just made.</para>
/// <code>$result | Undo-DatabaseRestore -Reason 'The backup was too old'</code>
/// </example>
/// <seealso cref="DatabaseRestoreResult">What swapping back did; its Kind is Undo.</seealso>
/// <seealso cref="DatabaseRestorePlan">With -WhatIf: what would be done.</seealso>
/// <seealso cref="RestoreDatabaseCommand"/>
[Cmdlet(VerbsCommon.Undo, "DatabaseRestore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DatabaseRestoreResult), typeof(DatabaseRestorePlan))]
public sealed class UndoDatabaseRestoreCommand : RestoringCommand
{
    private readonly InputCollector _inputs = new("one DatabaseRestoreResult", typeof(DatabaseRestoreResult));

    /// <summary>The one <see cref="DatabaseRestoreResult"/> whose restore is to be undone.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The id of the restore to undo, as its result states it.</summary>
    [PSDefaultValue(Help = "The last one that stands")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? RestoreId { get; set; }

    private protected override RestoreKind Kind => RestoreKind.Undo;

    /// <inheritdoc />
    protected override void ProcessRecord() => _inputs.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing() => RunAttempt(Environment, Reason, async (isPreview, cancellationToken) =>
    {
        var input = (DatabaseRestoreResult?)_inputs.Single(MyInvocation.ExpectingInput);
        var request = NewRequest();
        await RestoreAsync(isPreview, input?.Environment,
            context => new RestorePlanner(context).PlanUndoAsync(RestoreId ?? input?.RestoreId, request, cancellationToken),
            cancellationToken);
    });
}
