using Chatbot;

try
{
    return args switch
    {
        ["lay-out", var folder, .. var rest] => await Layout.CreateAsync(Path.GetFullPath(folder), Options.Port(rest)),
        ["start", var folder] => await ServiceControl.StartAsync(Path.GetFullPath(folder)),
        ["restart", var folder] => await ServiceControl.RestartAsync(Path.GetFullPath(folder)),
        ["stop", var folder] => ServiceControl.Stop(Path.GetFullPath(folder)),
        ["serve", .. var rest] => await Service.RunAsync(Options.Port(rest) ?? 8080),
        _ => Options.Usage(),
    };
}
catch (Exception failure) when (failure is IOException or InvalidOperationException or UnauthorizedAccessException
    or ArgumentException or System.ComponentModel.Win32Exception or System.Net.HttpListenerException)
{
    Console.Error.WriteLine($"chatbot: {failure.Message}");
    return 1;
}
