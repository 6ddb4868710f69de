using System.Management.Automation;
using RollbackOps.Configuration;
using RollbackOps.Redaction;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>
/// A cmdlet that lets no secret out (S40): every object, error, warning, detail, progress and question goes through here and is
/// masked.
/// </summary>
public abstract class MaskingCommand : PSCmdlet
{
    private Redactor _redactor = Redactor.Default;

    /// <summary>Masks from now on what a configuration's patterns tell of, too.</summary>
    private protected void Mask(RollbackSettings settings) => _redactor = new Redactor(settings.Redaction);

    /// <summary>A line for whoever sits at the host; it arrives when nothing else does.</summary>
    private protected void Say(string text) => Host.UI?.WriteLine(_redactor.Redact(text));

    private protected new void WriteObject(object? value) => base.WriteObject(value is null ? null : ObjectTexts.Mask(value, _redactor.Redact));

    private protected new void WriteObject(object? value, bool enumerateCollection) =>
        base.WriteObject(value is null ? null : ObjectTexts.Mask(value, _redactor.Redact), enumerateCollection);

    private protected new void WriteError(ErrorRecord error) => base.WriteError(ErrorRecords.Masked(error, _redactor));

    private protected new void ThrowTerminatingError(ErrorRecord error) => base.ThrowTerminatingError(ErrorRecords.Masked(error, _redactor));

    private protected new void WriteWarning(string text) => base.WriteWarning(_redactor.Redact(text));

    private protected new void WriteVerbose(string text) => base.WriteVerbose(_redactor.Redact(text));

    private protected new void WriteDebug(string text) => base.WriteDebug(_redactor.Redact(text));

    private protected new void WriteProgress(ProgressRecord progress)
    {
        progress.Activity = _redactor.Redact(progress.Activity);
        progress.StatusDescription = _redactor.Redact(progress.StatusDescription);
        progress.CurrentOperation = _redactor.Redact(progress.CurrentOperation);
        base.WriteProgress(progress);
    }

    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(_redactor.Redact(target), _redactor.Redact(action));

    private protected new bool ShouldProcess(string description, string question, string caption) =>
        base.ShouldProcess(_redactor.Redact(description), _redactor.Redact(question), caption);
}
