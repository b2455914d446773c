namespace Serverless.Relay.Tests.Sockets;

/// <summary>A test of what there is on Linux alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "The loops need epoll.";
}
