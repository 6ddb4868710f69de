namespace RollbackOps.Readiness;

/// <summary>What an inspection found.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="Observed">What was seen, as a sentence without its end.</param>
/// <param name="NextStep">How to mend it, or null.</param>
internal sealed record ReadinessFinding(ReadinessStatus Status, string Observed, string? NextStep = null)
{
    public static ReadinessFinding Ready(string observed) => new(ReadinessStatus.Ready, observed);

    public static ReadinessFinding Warn(string observed, string nextStep) => new(ReadinessStatus.Warning, observed, nextStep);

    public static ReadinessFinding Fail(string observed, string nextStep) => new(ReadinessStatus.Failed, observed, nextStep);

    public static ReadinessFinding None(string observed) => new(ReadinessStatus.NotApplicable, observed);

    public static ReadinessFinding Untold(string observed, string nextStep) => new(ReadinessStatus.NotTold, observed, nextStep);

    /// <summary>
    /// What an error says of readiness: that somebody could not be asked is no answer, anything else is one, a missing secret too.
    /// </summary>
    public static ReadinessFinding Of(RollbackOpsException failure) => new(
        failure.Kind is ErrorKind.ResourceUnavailable or ErrorKind.Timeout or ErrorKind.Busy && failure.Id is not ErrorId.SecretUnavailable
            ? ReadinessStatus.NotTold : ReadinessStatus.Failed,
        failure.Message.TrimEnd('.'), failure.NextStep);
}
