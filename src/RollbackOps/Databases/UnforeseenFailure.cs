namespace RollbackOps.Databases;

/// <summary>
/// Makes an error of ours of what nobody foresaw. A restore that let it through would leave the services down and the side
/// database there (S30).
/// </summary>
internal static class UnforeseenFailure
{
    /// <summary>The failure itself where it is one of ours.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="what">What was being done, as the beginning of a sentence.</param>
    public static RollbackOpsException Of(Exception failure, string what) => failure as RollbackOpsException
        ?? new RollbackOpsException(ErrorId.StepFailed,
            $"{what} failed: {Inert.Line(failure.Message)} ({failure.GetType().Name}).",
            "Look at the cause that is named, and call it again; Get-RollbackLog shows how far it came.", inner: failure);

    /// <summary>Cleans up as far as it can be done. Gives what is to be told where it cannot, else nothing.</summary>
    public static async Task<string> TellAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
            return string.Empty;
        }
        catch (Exception thrown)
        {
            var failure = Of(thrown, what);
            return $" {failure.Message} {failure.NextStep}";
        }
    }
}
