using System.Management.Automation;
using RollbackOps;
using RollbackOps.Redaction;

namespace RollbackTools.Errors;

/// <summary>The one place where error records are made.</summary>
internal static class ErrorRecords
{
    /// <summary>An error of the engine as PowerShell shows it: stable id, true category, next step.</summary>
    public static ErrorRecord Of(RollbackOpsException failure) => new(
        failure, failure.Id.ToString(), CategoryOf(failure.Kind), failure.Subject)
    {
        ErrorDetails = new ErrorDetails(failure.Message)
        {
            RecommendedAction = failure.NextStep,
        },
    };

    /// <summary>An error without the secrets in its words, in those of its causes, and in what it is about (S40).</summary>
    public static ErrorRecord Masked(ErrorRecord error, Redactor redactor)
    {
        if (error.Exception is not RollbackOpsException failure)
        {
            return error;
        }

        var (message, nextStep) = (redactor.Redact(failure.Message), redactor.Redact(failure.NextStep));
        var subject = failure.Subject is null ? null : ObjectTexts.Mask(failure.Subject, redactor.Redact);
        var cause = RedactedException.Of(failure.InnerException, redactor);
        return message == failure.Message && nextStep == failure.NextStep && subject == failure.Subject && cause == failure.InnerException
            ? error
            : Of(new RollbackOpsException(failure.Id, message, nextStep, subject, cause));
    }

    /// <summary>An input that no cmdlet of ours can act on; what came from another process is told apart.</summary>
    public static RollbackOpsException UnusableInput(PSObject input, string expected)
    {
        var type = input.TypeNames.Count > 0 ? input.TypeNames[0] : "nothing";
        return type.StartsWith("Deserialized.RollbackOps.", StringComparison.Ordinal)
            ? new RollbackOpsException(ErrorId.DeserializedInput,
                $"The object is a copy that crossed a process or job boundary ({type}), and no longer the thing itself. A plan is carried as a file: New-RollbackPlan -OutFile, Invoke-Rollback -PlanFile.",
                "Write it there with New-RollbackPlan -OutFile plan.json, run it here with Invoke-Rollback -PlanFile plan.json.",
                input)
            : new RollbackOpsException(ErrorId.InvalidArgument,
                $"An object of type {type} cannot be used here; expected {expected}.",
                "Pipe the object itself, not a text or a selection of its properties.", input);
    }

    private static ErrorCategory CategoryOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidInput => ErrorCategory.InvalidArgument,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        ErrorKind.Busy => ErrorCategory.ResourceBusy,
        ErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorKind.ResourceUnavailable => ErrorCategory.ResourceUnavailable,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        ErrorKind.SecurityError => ErrorCategory.SecurityError,
        ErrorKind.Exists => ErrorCategory.ResourceExists,
        ErrorKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.OperationStopped,
    };
}
