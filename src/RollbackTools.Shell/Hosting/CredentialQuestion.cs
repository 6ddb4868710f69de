using System.Management.Automation;

namespace RollbackTools.Shell.Hosting;

/// <summary>Asks for a user name and a password.</summary>
internal sealed class CredentialQuestion(Questions questions)
{
    /// <summary>Asks.</summary>
    /// <param name="caption">A heading, or null.</param>
    /// <param name="message">What it is for, or null.</param>
    /// <param name="userName">The user name when it is known already.</param>
    public PSCredential Ask(string? caption, string? message, string? userName)
    {
        using var question = questions.Begin(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            questions.Write("User: ");
            userName = questions.ReadLine();
        }

        questions.Write($"Password for user {userName}: ");
        return new PSCredential(userName, questions.ReadSecureLine());
    }
}
