namespace RollbackTools.Shell.CommandLine;

/// <summary>What <c>-Help</c> prints.</summary>
internal static class HelpText
{
    public const string Text = """
        rollback-shell: a small host of the PowerShell engine with RollbackTools loaded

        Usage:
          rollback-shell [options] [-File] <script.ps1> [arguments...]
          rollback-shell [options] -Command <text to the end of the line>
          rollback-shell [options] -Command -          the script comes from standard input
          rollback-shell [options]                     a line prompt; with piped input, as '-Command -'

        Options (as of pwsh; names may be shortened):
          -File, -f               a script file; all words after it are its arguments
          -Command, -c            a text to run; '-' reads it all from standard input before it runs
          -NonInteractive, -noni  prompts fail, they are never answered
          -NoLogo, -nol           the line prompt starts without its introduction
          -NoProfile, -nop        accepted; there are no profiles here
          -WorkingDirectory, -wd  the folder to start in
          -Version, -v            prints the versions
          -Help, -h, -?           prints this

        Exit codes:
          0 success   1 uncaught error, or the last statement failed   n 'exit n' in the script
          64 wrong usage or no such script file   70 the module cannot be loaded
          130 stopped by Ctrl+C   143 stopped by SIGTERM

        The engine alone has about 50 cmdlets: no Select-Object, Sort-Object, Format-*, Write-Host, Write-Output,
        Get-Date, Start-Sleep, Join-Path or Set-Location, and '>' fails. Scripts for this shell use strings, language
        keywords, programs, Where-Object, ForEach-Object and the cmdlets of RollbackTools. To work interactively,
        use pwsh and import RollbackTools.psd1 there.

        Ctrl+C stops what runs and waits until it has stopped safely; Ctrl+C once more kills it.
        Colours are left out when output is redirected, and with NO_COLOR.
        """;
}
