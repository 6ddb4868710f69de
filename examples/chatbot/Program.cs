using Chatbot;

try
{
    return args switch
    {
        ["serve", .. var rest] => await Service.RunAsync(Options.Port(rest) ?? 8080, Options.IsDetached(rest)),
        ["lay-out" or "start" or "restart" or "stop", ..] when OperatingSystem.IsWindows() =>
            throw new InvalidOperationException("a release directory needs Linux or macOS."),
        ["lay-out", var folder, .. var rest] => await Layout.CreateAsync(Path.GetFullPath(folder), Options.Port(rest)),
        ["start", var folder] => await new ServiceControl(folder).StartAsync(),
        ["restart", var folder] => await new ServiceControl(folder).RestartAsync(),
        ["stop", var folder] => await new ServiceControl(folder).StopAsync(),
        _ => Options.Usage(),
    };
}
catch (Exception failure) when (failure is IOException or InvalidOperationException or UnauthorizedAccessException
    or ArgumentException or System.ComponentModel.Win32Exception or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine($"chatbot: {failure.Message}");
    return 1;
}
